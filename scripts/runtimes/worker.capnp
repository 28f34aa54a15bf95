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
          (
            name = "@countersign/client/operations",
            esModule = embed "node_modules/@countersign/client/dist/operations.js",
          ),
        ],
      ),
    ),
    (name = "loopback", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
