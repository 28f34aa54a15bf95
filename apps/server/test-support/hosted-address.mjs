// What an entry of the hosts file and a server on port 443 do, for tests that may have neither. It is preloaded into a
// program that calls the hosted address, of which nothing is changed.
import tls from "node:tls";

const { connect } = tls;
tls.connect = (options, ...rest) => {
  if (options.host !== "verify.twilio.com" || options.port !== 443) throw new Error(`${options.host} is called`);
  return connect({ ...options, host: "127.0.0.1", port: Number(process.env.SANDBOX_PORT) }, ...rest);
};
