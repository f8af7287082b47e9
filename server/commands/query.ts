import {
  type DocumentNode,
  getOperationAST,
  graphql,
  type GraphQLError,
  parse,
  OperationTypeNode,
} from "graphql";
import { Context } from "../../schema/context.js";
import type { DataSettings } from "../config.js";
import { ConfigurationFault } from "../errors.js";
import { answerTables } from "./answer-table.js";
import { loadData } from "./load-data.js";
import { readQuery, readVariables } from "./read-argument.js";
import type { Terminal } from "./terminal.js";
import { visibleLines } from "./visible.js";

export interface QueryOptions extends DataSettings {
  readonly query: string;
  readonly variables?: string;
  readonly operation?: string;
  readonly json?: boolean;
  readonly table?: boolean;
}

/** Answers one query; 1 where the answer has errors. */
export async function query(options: QueryOptions, terminal: Terminal): Promise<number> {
  const source = await readQuery(options.query);
  refuseSubscription(source, options.operation);
  const variableValues = await readVariables(options.variables);
  const snapshot = await loadData(options, terminal);
  try {
    const { data, errors } = await graphql({
      schema: snapshot.schema,
      source,
      variableValues,
      operationName: options.operation ?? null,
      contextValue: new Context(snapshot.store, terminal.stop, snapshot.analyses),
    });
    terminal.stop.throwIfAborted();
    for (const error of errors ?? []) terminal.stderr.write(`${describeError(error)}\n`);
    if (data) {
      const tabular = options.table === true || (options.json !== true && terminal.stdout.isTTY);
      const tables = tabular ? answerTables(data, terminal.stdout) : null;
      terminal.stdout.write(tables ?? `${JSON.stringify(data, null, 2)}\n`);
    }
    return errors ? 1 : 0;
  } finally {
    await snapshot.close();
  }
}

/** @throws ConfigurationFault: what is answered at once tells of no changes. */
function refuseSubscription(source: string, operation: string | undefined): void {
  let document: DocumentNode;
  try {
    document = parse(source);
  } catch {
    // The answer says what is wrong with it, and where.
    return;
  }
  if (getOperationAST(document, operation)?.operation === OperationTypeNode.SUBSCRIPTION)
    throw new ConfigurationFault([
      "The query is a subscription, which tells of changes: ask it of a server that follows its files (sweepql serve --watch).",
    ]);
}

function describeError({ message, path, locations }: GraphQLError): string {
  const [place] = locations ?? [];
  const where = path ? `${path.join(".")}: ` : place ? `${place.line}:${place.column}: ` : "";
  return `sweepql: ${visibleLines(where + message)}`;
}
