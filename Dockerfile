# docker build -t sweepql .
# docker run --read-only --tmpfs /tmp -p 4000:4000 -v "$PWD/results:/data:ro" -e SWEEPQL_TOKENS=… sweepql
FROM node:20-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
COPY client/package.json client/
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:20-bookworm-slim
ENV NODE_ENV=production SWEEPQL_HOST=0.0.0.0 SWEEPQL_PORT=4000 SWEEPQL_DATA=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json tsconfig.json LICENSE ./
COPY schema schema
COPY server server
# Puts the sources together, as who runs it cannot write here.
RUN node server/sweepql.js --version
# Nothing in the image belongs to the user who runs it; snapshots go to /tmp.
USER node
VOLUME ["/data"]
EXPOSE 4000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SWEEPQL_PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Without a token, or SWEEPQL_ALLOW_ANYONE=1, it says why it will not serve other machines, and exits with 2.
CMD ["node", "server/sweepql.js", "serve"]
