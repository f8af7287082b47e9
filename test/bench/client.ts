import { Agent, request } from "node:http";

/** Asks over one connection that is kept open, with as little as a client can do. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly url: string) {}

  /** The answer's bytes, not parsed. */
  async ask(query: string, variables: object = {}): Promise<Buffer> {
    return (await this.answer(query, variables)).bytes;
  }

  /** The same, with the milliseconds until its first byte. */
  answer(query: string, variables: object = {}): Promise<{ bytes: Buffer; firstByte: number }> {
    const body = Buffer.from(JSON.stringify({ query, variables }));
    const start = performance.now();
    return new Promise((resolve, reject) => {
      const sent = request(
        this.url,
        {
          method: "POST",
          agent: this.#agent,
          headers: { "content-type": "application/json", "content-length": body.length },
        },
        (response) => {
          const pieces: Buffer[] = [];
          let firstByte = Number.NaN;
          response.once("data", () => (firstByte = performance.now() - start));
          response.on("data", (piece: Buffer) => pieces.push(piece));
          response.on("error", reject);
          response.on("end", () => {
            const bytes = Buffer.concat(pieces);
            if (response.statusCode === 200) resolve({ bytes, firstByte });
            else reject(new Error(`HTTP ${response.statusCode}: ${bytes.toString().slice(0, 500)}`));
          });
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  /** The answer's data. @throws where it has errors. */
  async data<T>(query: string, variables: object = {}): Promise<T> {
    const answer = JSON.parse((await this.ask(query, variables)).toString()) as {
      data: T;
      errors?: readonly { message: string }[];
    };
    if (answer.errors) throw new Error(answer.errors.map(({ message }) => message).join("; "));
    return answer.data;
  }

  close(): void {
    this.#agent.destroy();
  }
}
