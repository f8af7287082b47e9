// What `serve` imports of others in any case.
import "@graphql-yoga/plugin-csrf-prevention";
import "@graphql-yoga/plugin-persisted-operations";
import "@pothos/core";
import "commander";
import "dataloader";
import "graphql";
import "graphql-yoga";
import "lru-cache";
import "pino";
import "prom-client";
import "tinyglobby";
