import { connect, type Socket } from "node:net";

/** The bytes of a question as one request of HTTP/1.1. */
export function requestOf(url: string, body: string): Buffer {
  const { host, pathname } = new URL(url);
  const length = Buffer.byteLength(body);
  return Buffer.from(
    `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`,
  );
}

/** Who waits for an answer. */
interface Waiting {
  resolve(): void;
  reject(reason: Error): void;
}

const HEAD_END = "\r\n\r\n";
/** Ends an answer in chunks; JSON without line breaks does not hold it. */
const LAST_CHUNK = "\r\n0\r\n\r\n";

/**
 * A connection that is kept open, over which one question after another is asked. It reads of an
 * answer only where it ends, and so takes less time than any server.
 */
export class Connection {
  readonly #socket: Socket;
  #waiting: Waiting | null = null;
  /** What has come of a head that is not complete. */
  #head = "";
  /** Bytes of the body that are still to come; null: in the head, or in chunks. */
  #left: number | null = null;
  /** The last characters of a body in chunks; null: it is not in chunks. */
  #tail: string | null = null;

  private constructor(url: URL, opened: Waiting) {
    this.#waiting = opened;
    this.#socket = connect({
      host: url.hostname,
      port: Number(url.port),
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(1 << 16),
        callback: (count, buffer) => {
          this.#read(Buffer.from(buffer.buffer, buffer.byteOffset, count));
          return true;
        },
      },
    });
    this.#socket.once("connect", () => this.#finish());
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("close", () => this.#fail(new Error(`${url.href} closed a connection`)));
  }

  static async open(url: string): Promise<Connection> {
    let connection: Connection | undefined;
    await new Promise<void>((resolve, reject) => {
      connection = new Connection(new URL(url), { resolve, reject });
    });
    return connection as unknown as Connection;
  }

  /** Resolves when the whole answer has come. @throws where it is not 200. */
  ask(request: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  #read(bytes: Buffer): void {
    if (this.#left !== null) this.#readBody(bytes.length);
    else if (this.#tail !== null) this.#readChunks(bytes);
    else this.#readHead(bytes);
  }

  #readHead(bytes: Buffer): void {
    const before = this.#head.length;
    this.#head += bytes.toString("latin1");
    const end = this.#head.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.#head.slice(0, end);
    this.#head = "";
    if (!head.startsWith("HTTP/1.1 200 ")) {
      this.#fail(new Error(`answered ${head.slice(0, head.indexOf("\r\n"))}`));
      return;
    }
    const body = bytes.subarray(end + HEAD_END.length - before);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length !== undefined) {
      this.#left = Number(length);
      this.#readBody(body.length);
    } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      // What ends the head begins the last chunk of an empty body.
      this.#tail = "\r\n";
      this.#readChunks(body);
    } else this.#fail(new Error("an answer does not tell its length"));
  }

  #readBody(count: number): void {
    this.#left = (this.#left ?? 0) - count;
    if (this.#left < 0) this.#fail(new Error("an answer is longer than it said"));
    if (this.#left !== 0) return;
    this.#left = null;
    this.#finish();
  }

  #readChunks(bytes: Buffer): void {
    const last = bytes.toString("latin1", Math.max(0, bytes.length - LAST_CHUNK.length));
    this.#tail = ((this.#tail ?? "") + last).slice(-LAST_CHUNK.length);
    if (this.#tail !== LAST_CHUNK) return;
    this.#tail = null;
    this.#finish();
  }

  #finish(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve();
  }

  #fail(reason: Error): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(reason);
    this.#socket.destroy();
  }

  close(): void {
    this.#socket.destroy();
  }
}
