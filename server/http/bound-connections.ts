import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Bounds the connections that are open at once. Where there are too many, the one that has asked nothing
 * for longest makes room; where all of them are being answered, the newcomer is turned away.
 */
export function boundConnections(server: Server, most: number): void {
  /** Of each connection, the requests that are not answered yet. */
  const open = new Map<Socket, number>();
  /** Those without one, the one that has waited for longest first. */
  const idle = new Set<Socket>();
  const close = (socket: Socket): void => {
    open.delete(socket);
    idle.delete(socket);
    socket.destroy();
  };
  server.on("connection", (socket: Socket) => {
    if (open.size >= most) {
      const [longest] = idle;
      if (!longest) return close(socket);
      close(longest);
    }
    open.set(socket, 0);
    idle.add(socket);
    socket.once("close", () => close(socket));
  });
  // Before the answer, which may be made at once.
  server.prependListener("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    idle.delete(socket);
    open.set(socket, (open.get(socket) ?? 0) + 1);
    response.once("close", () => {
      const asked = open.get(socket);
      if (asked === undefined) return;
      open.set(socket, asked - 1);
      if (asked === 1) idle.add(socket);
    });
  });
}
