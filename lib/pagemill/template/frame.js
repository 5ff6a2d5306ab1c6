"use strict";
(() => {
  // What a policy cannot forbid; each script that follows looks whether it is gone.
  delete self.RTCPeerConnection;
  delete self.webkitRTCPeerConnection;
  // A navigation would open a connection before the policy forbids it.
  self.navigation?.addEventListener("navigate", (event) => {
    if (!event.hashChange) event.preventDefault();
  });
  // Scripts that others would load stand in this frame, as text that has not run.
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLScriptElement.prototype, "src");
  const ran = new Set();
  Object.defineProperty(HTMLScriptElement.prototype, "src", {
    get,
    set(url) {
      const held = [...document.querySelectorAll("script[data-ct-src]")].find(
        (one) => one.dataset.ctSrc.split(" ").includes(String(url)));
      if (!held) {
        set.call(this, url);
        return;
      }
      this.async = false;
      if (!ran.has(held)) this.text = held.text;
      ran.add(held);
      setTimeout(() => this.dispatchEvent(new Event("load")));
    },
  });
  // The page gives the frame the height of what it shows.
  addEventListener("DOMContentLoaded", () => {
    const told = () => parent.postMessage(document.body.scrollHeight, "*");
    new ResizeObserver(told).observe(document.body);
  });
})();
