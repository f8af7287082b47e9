import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createSchema, createYoga } from "graphql-yoga";

/** A process of its own: a bare node:http server and a bare Yoga, whose addresses it prints as JSON. */

const plain: RequestListener = (request, response) => {
  request.resume().on("end", () => {
    response.setHeader("content-type", "application/json");
    response.end('{"data":{"__typename":"Query"}}');
  });
};
const yoga = createYoga({
  schema: createSchema({ typeDefs: "type Query { a: Int }" }),
  logging: false,
  graphiql: false,
});

const address = (listener: RequestListener): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer(listener).listen(0, "127.0.0.1", () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`),
    );
  });

const [http, bareYoga] = await Promise.all([address(plain), address((...both) => void yoga(...both))]);
process.stdout.write(`${JSON.stringify({ http, yoga: bareYoga })}\n`);
