/** A typed client of sweepql, for anything that has `fetch`. */
export {
  type Client,
  type ClientMethod,
  type ClientMethods,
  createClient,
  type MethodArguments,
} from "./client.js";
export { addedRuns, type AddedRunsOptions } from "./added-runs.js";
export { type ChangedDataset, changedDatasets, type DatasetVersion } from "./changed-datasets.js";
export { type CurvePointOf, curvePoints, type RunWithCurve } from "./curve-points.js";
export type {
  GraphqlDocument,
  ParsedDocument,
  ResultOf,
  TextDocument,
  TypedDocument,
  VariablesOf,
} from "./document.js";
export {
  AbortError,
  type FetchFault,
  type GraphqlFault,
  HttpError,
  LimitError,
  NetworkError,
  QueryError,
  StaleCursorError,
  SweepqlError,
  TimeoutError,
} from "./errors.js";
export { type ExportFile, exportFile, exportRows } from "./export.js";
export type {
  CurveAggregate,
  ExportArguments,
  ExportColumnValue,
  ExportedRuns,
  ExportFilter,
  ExportFormat,
  ExportList,
  ExportRow,
  ExportRowOf,
  ExportTable,
  ExportValue,
  ExportWindow,
  NumericExportColumn,
} from "./export-types.js";
export { operations } from "./operations.js";
export type {
  ClientEvent,
  ClientOptions,
  CommonOptions,
  Operations,
  PageOptions,
  RequestHeaders,
  RequestOptions,
  ReservedName,
  RetryOptions,
  SubscribeOptions,
} from "./options.js";
export type { ConnectionPageInfo, ItemOf, Pageable, Paged, PageVariables } from "./paginate.js";
export { subscribe } from "./subscribe.js";
// Written by codegen, which names what is public: the types of this API, its documents, its enums.
export * from "./generated/operations.js";
