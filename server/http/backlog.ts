import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Bytes that clients together may have been sent without taking them. */
const MOST = 256 * 2 ** 20;
/** How often they are counted, in milliseconds. */
const EVERY = 500;

/**
 * Bounds what answers hold that nobody reads: where clients leave too much untaken, connections are broken
 * off, the one with most of it first. Stops with the server.
 */
export function boundBacklog(server: Server, most = MOST): void {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const timer = setInterval(() => {
    let untaken = 0;
    for (const socket of sockets) untaken += socket.writableLength;
    while (untaken > most) {
      const fullest = [...sockets].reduce((a, b) => (b.writableLength > a.writableLength ? b : a));
      untaken -= fullest.writableLength;
      sockets.delete(fullest);
      fullest.destroy();
    }
  }, EVERY);
  timer.unref();
  server.once("close", () => clearInterval(timer));
}
