// What DNS and a server on port 443 do, for tests that may have neither: it is preloaded into a program that calls
// REDIRECTED_HOST, of which nothing is changed.
import tls from "node:tls";

const { REDIRECTED_HOST: host, REDIRECTED_PORT: port } = process.env;
const here = { host: "localhost", port: Number(port), lookup: undefined };
const { connect } = tls;
tls.connect = (options, ...rest) => connect(options.host === host ? { ...options, ...here } : options, ...rest);
