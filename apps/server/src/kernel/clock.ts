/** Milliseconds since 1970. The sandbox's clock can be moved. */
export type Clock = () => number;
