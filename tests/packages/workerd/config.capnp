# What a deployment makes of a built Worker: its module, and the wasm beside it compiled.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", http = (), service = "worker")],
);

const worker :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "out/worker.js"),
    (name = "core_bg.wasm", wasm = embed "out/core_bg.wasm"),
  ],
  compatibilityDate = "2026-10-01",
);
