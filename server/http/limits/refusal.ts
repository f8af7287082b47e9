import { GraphQLError } from "graphql";

/** Refuses what asks for too much, naming the limit's flag if it has one: 400 where the protocol lets it be, else 200. */
export const refusal = (what: string, flag: string | null): GraphQLError =>
  new GraphQLError(flag === null ? `${what}.` : `${what} (${flag} of this server).`, {
    extensions: { code: "LIMIT_EXCEEDED", http: { status: 400, spec: true } },
  });

const CUT_OFF: ReadonlySet<unknown> = new Set(["TIMEOUT", "OVERLOADED", "SERVER_STOPPING"]);

/** Whether a request was ended by the server before it was answered: asking it again at once would not help. */
export const isCutOff = (error: unknown): error is GraphQLError =>
  error instanceof GraphQLError && CUT_OFF.has(error.extensions["code"]);

/** The server is busy: whoever asks again a little later is answered. */
export const overloaded = (waiting: number): GraphQLError =>
  new GraphQLError(
    `The server is busy: ${waiting} requests wait already, as many as may (--max-queue). Ask again in a few seconds.`,
    { extensions: { code: "OVERLOADED", http: { status: 503, headers: { "retry-after": "2" } } } },
  );

/** So many large answers are being sent that another one would have to be kept until its turn comes. */
export const tooManySent = (most: number): GraphQLError =>
  new GraphQLError(
    `${most} large answers are being sent, as many as may (--max-requests of this server). Ask again in a few seconds, or for less at once.`,
    { extensions: { code: "OVERLOADED", http: { status: 503, headers: { "retry-after": "2" } } } },
  );

/** The data never change while they are served. */
export const notFollowing = (): GraphQLError =>
  new GraphQLError(
    "Nothing can be subscribed to here: this server does not follow its files. Start it with --watch.",
    { extensions: { code: "NOT_FOLLOWING", http: { status: 400, spec: true } } },
  );

/** As many subscriptions are open as may be. */
export const tooManySubscriptions = (most: number): GraphQLError =>
  new GraphQLError(
    `${most} subscriptions are open, as many as may (--max-subscriptions of this server). Subscribe again when others have left.`,
    { extensions: { code: "OVERLOADED", http: { status: 503, headers: { "retry-after": "10" } } } },
  );

/** The server goes away. */
export const stopping = (): GraphQLError =>
  new GraphQLError("The server is stopping. Ask again when it is back.", {
    extensions: { code: "SERVER_STOPPING", http: { status: 503, headers: { "retry-after": "5" } } },
  });

/** The request took longer than one may; its statements have been interrupted. */
export const timedOut = (seconds: number, flag = "--timeout"): GraphQLError =>
  new GraphQLError(
    `The request took longer than ${seconds} s, the most that one may (${flag} of this server). Ask for less at once.`,
    { extensions: { code: "TIMEOUT", http: { status: 504 } } },
  );

/** The request waited as long as one may take, and was not begun. */
export const waitedTooLong = (seconds: number): GraphQLError =>
  new GraphQLError(
    `The server is busy: the request waited ${seconds} s for its turn, as long as one may take (--timeout of this server). Ask again in a few seconds.`,
    { extensions: { code: "TIMEOUT", http: { status: 504, headers: { "retry-after": "2" } } } },
  );
