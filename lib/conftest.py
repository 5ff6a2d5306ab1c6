"""papermill loads `pagemill.engine` by entry point, which must not be half read by then."""

import papermill  # noqa: F401
