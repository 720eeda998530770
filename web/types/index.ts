/** The shapes that travel between the server and every page (docs/protocol.md). All times are RFC 3339 strings. */
export type * from "./answers"
export type * from "./counters"
export type * from "./hall"
export type * from "./streams"
export type * from "./takers"
export type * from "./text"
export type * from "./tickets"
export type * from "./visitors"
