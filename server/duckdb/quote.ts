/** A name as an SQL identifier, whatever characters it has. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text as an SQL string literal, for the places that take no bound value (types, paths, options). */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
