/** What subscriptions are told of the data's changes, as plain data. */
export interface Changes {
  /** One for each dataset that differs from what the subscriber was told last. */
  datasets(): AsyncIterable<DatasetChange>;
  /** One for each new version of the data in which files grew at their end, or came. */
  runs(): AsyncIterable<RunsAdded>;
}

export interface DatasetChange {
  readonly kind: "added" | "grown" | "replaced" | "removed";
  readonly name: string;
}

export interface RunsAdded {
  readonly files: readonly AddedLines[];
  /** Set by the answer that finds that no added run is of those wanted: nothing is sent then. */
  isEmpty: boolean;
}

/** Lines of a dataset's file that were not there before. */
export interface AddedLines {
  readonly dataset: string;
  readonly after: number;
}
