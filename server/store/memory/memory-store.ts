import type {
  AggregatePlan,
  ConfigurationLookupPlan,
  ConfigurationPlan,
  CurvePlan,
  HistogramPlan,
  PointLookupPlan,
  RunLookupPlan,
  RunPlan,
  ValuesPlan,
} from "../../../schema/plan.js";
import type {
  ConfigurationPage,
  ConfigurationRow,
  CurveColumns,
  GroupRow,
  HistogramBin,
  RunColumns,
  RunPage,
  RunRow,
  Store,
} from "../../../schema/store.js";
import { Columns, type ReadPoints } from "./columns.js";
import { compileCurves } from "./curves.js";
import { compileGroups } from "./groups.js";
import { ListTexts } from "./list-texts.js";
import { compilePage } from "./pages.js";
import { compileLookup, compileValues } from "./rows.js";
import { SortedRuns } from "./sorted-runs.js";
import { Turns } from "./turns.js";
import { View } from "./view.js";

/** Bytes that the columns of one snapshot may take: documented in docs/operating.md. */
const ROOM = 256 * 2 ** 20;

/**
 * Answers plans from columns in memory where it can, and leaves the others to the store underneath.
 * Both answer the same: what a plan means is said once, by the statements of `server/sql/`.
 */
export class MemoryStore implements Store {
  readonly #columns: Columns;
  readonly #texts = new ListTexts();
  readonly #sorted = new SortedRuns();
  readonly #turns = new Turns();

  constructor(
    private readonly store: Store,
    readPoints: ReadPoints,
    room = ROOM,
  ) {
    this.#columns = new Columns(store.catalogue, store, readPoints, room);
  }

  get catalogue(): Store["catalogue"] {
    return this.store.catalogue;
  }

  async runs(plan: RunPlan, signal: AbortSignal): Promise<ReadonlyMap<number, RunPage>> {
    const answer = await this.#compiled((view) => compilePage(plan, view, this.#sorted), signal);
    return answer ? this.#turns.take(answer, signal) : this.store.runs(plan, signal);
  }

  async lookUpRuns(plan: RunLookupPlan, signal: AbortSignal): Promise<readonly RunRow[]> {
    const answer = await this.#compiled((view) => compileLookup(plan, view), signal);
    return answer ? this.#turns.take(answer, signal) : this.store.lookUpRuns(plan, signal);
  }

  async values(plan: ValuesPlan, signal: AbortSignal): Promise<RunColumns> {
    const answer = await this.#compiled((view) => compileValues(plan, view), signal);
    return answer ? this.#turns.take(answer, signal) : this.store.values(plan, signal);
  }

  /** For exports, which read much once: what they read would push out what is asked for again. */
  lookUpColumns(plan: RunLookupPlan, signal: AbortSignal): Promise<RunColumns> {
    return this.store.lookUpColumns(plan, signal);
  }

  async curves(plan: CurvePlan, signal: AbortSignal): Promise<CurveColumns> {
    const answer = await this.#compiled((view) => compileCurves(plan, view, this.#texts), signal);
    return answer ? this.#turns.take(answer, signal) : this.store.curves(plan, signal);
  }

  /** For exports, as above. */
  lookUpPoints(plan: PointLookupPlan, signal: AbortSignal): Promise<CurveColumns> {
    return this.store.lookUpPoints(plan, signal);
  }

  async aggregate(plan: AggregatePlan, signal: AbortSignal): Promise<readonly GroupRow[]> {
    const answer = await this.#compiled((view) => compileGroups(plan, view, this.catalogue), signal);
    const groups = answer && (await this.#turns.take(answer, signal));
    return groups ?? this.store.aggregate(plan, signal);
  }

  histogram(plan: HistogramPlan, signal: AbortSignal): Promise<ReadonlyMap<number, readonly HistogramBin[]>> {
    return this.store.histogram(plan, signal);
  }

  configurations(
    plan: ConfigurationPlan,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, ConfigurationPage>> {
    return this.store.configurations(plan, signal);
  }

  lookUpConfigurations(
    plan: ConfigurationLookupPlan,
    signal: AbortSignal,
  ): Promise<readonly ConfigurationRow[]> {
    return this.store.lookUpConfigurations(plan, signal);
  }

  /** What answers a plan, once its columns are in memory; null where a statement has to. */
  async #compiled<T>(compile: (view: View) => () => T, signal: AbortSignal): Promise<(() => T) | null> {
    signal.throwIfAborted();
    let view = new View(this.#columns);
    let answer = compile(view);
    if (!view.complete && !view.refused) {
      const wanted = [...view.wanted.values()];
      if (!this.#columns.hasRoomFor(wanted)) return null;
      if (!this.#columns.areShort(wanted)) {
        // A statement is there sooner; the next plan that wants them finds them in memory.
        this.#columns.readAhead(wanted);
        return null;
      }
      try {
        await this.#columns.read(wanted, signal);
      } catch {
        signal.throwIfAborted();
        // A narrower statement may have memory enough; where the engine is gone, it says so.
        return null;
      }
      view = new View(this.#columns);
      answer = compile(view);
    }
    return view.complete ? answer : null;
  }
}
