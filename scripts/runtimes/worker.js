import { call } from "call.js";

export default {
  /** Answers with the outcome of the calls to the base URL in the query. */
  async fetch(request) {
    return new Response(await call(new URL(request.url).searchParams.get("baseUrl")));
  },
};
