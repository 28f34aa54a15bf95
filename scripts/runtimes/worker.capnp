using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (
      name = "main",
      worker = (
        compatibilityDate = "2026-11-01",
        globalOutbound = "loopback",
        modules = [
          (name = "worker.js", esModule = embed "worker.js"),
          (name = "call.js", esModule = embed "call.js"),
          (name = "@countersign/client", esModule = embed "node_modules/@countersign/client/dist/index.js"),
          # A bare import counts from the folder of the module that has it.
          (name = "@countersign/openapi-fetch", esModule = embed "node_modules/openapi-fetch/dist/index.mjs"),
        ],
      ),
    ),
    (name = "loopback", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
