"""What is measured, not tested: `python -m benchmarks [render|weight|baci|edition|mutation] …`."""
