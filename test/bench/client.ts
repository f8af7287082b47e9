import { Agent, request } from "node:http";

/** Asks over one connection that is kept open, with as little as a client can do. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly url: string) {}

  /** The answer's bytes, not parsed. */
  ask(query: string, variables: object = {}): Promise<Buffer> {
    const body = Buffer.from(JSON.stringify({ query, variables }));
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
          response.on("data", (piece: Buffer) => pieces.push(piece));
          response.on("error", reject);
          response.on("end", () => {
            const answer = Buffer.concat(pieces);
            if (response.statusCode === 200) resolve(answer);
            else reject(new Error(`HTTP ${response.statusCode}: ${answer.toString().slice(0, 500)}`));
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
