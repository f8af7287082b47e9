import { execute, parse, validate } from "graphql";
import { takeSnapshot } from "../server/snapshot.js";
import { Context } from "../schema/context.js";
import { planOperation } from "../server/executor/plan.js";
import { writeOperation } from "../server/executor/write.js";
import { whole, pieces } from "../server/executor/text.js";
import { writeExamples } from "../schema/examples/examples.js";
const snap = await takeSnapshot({ sources: ["/tmp/d/sample"] });
const { schema, store, analyses } = snap;
const FIELDS = ["step","tokens","lr","trainEndTime","evalEndTime","trainRawLoss","valRawLoss","valRawAccuracy","valWeightAveragedLoss","valWeightAveragedAccuracy","testRawLoss","testRawAccuracy","testWeightAveragedLoss","testWeightAveragedAccuracy"].join(" ");
const q: Record<string,string> = {
 points: `{ runs(first: 2048) { nodes { curve { ${FIELDS} } } } }`,
 series: `{ runs(first: 2048) { nodes { series { ${FIELDS} } } } }`,
 page: `{ runs(where:{dropout:{lte:0.05}}, orderBy: [{ by: { score: { metric: VAL_RAW_LOSS } }, direction: BEST }], first: 50) { nodes { line diverged hyperparameters { lr beta1 beta2 weightDecay dropout warmupSteps } score(of: VAL_RAW_LOSS) { value step } } pageInfo { hasNextPage } } }`,
 run: `{ run(dataset: "${snap.catalogue.datasets[0]!.name}", line: 7) { line diverged hyperparameters { lr beta1 beta2 weightDecay dropout warmupSteps } score(of: VAL_RAW_LOSS) { value } curve { step trainRawLoss valRawLoss valWeightAveragedLoss } } }`,
 bare: `{__typename}`,
};
const med = (a: number[]) => a.sort((x,y)=>x-y)[a.length>>1]!;
for (const [name, query] of Object.entries(q)) {
  const document = parse(query); const errors = validate(schema, document); if (errors.length) { console.log(name, errors[0]!.message); continue; }
  const operation = document.definitions[0] as any;
  const asked = { schema, fragments: {}, variables: {}, operation };
  const plan = planOperation(asked)!;
  const n = name === "points" || name === "series" ? 7 : 200;
  const a: number[] = [], b: number[] = [], c: number[] = []; let A = "", B = "";
  for (let i = 0; i < n; i++) {
    let t = performance.now();
    const ctx = () => new Context(store, new AbortController().signal, analyses);
    A = JSON.stringify((await execute({ schema, document, contextValue: ctx() })).data); a.push(performance.now() - t);
    t = performance.now();
    const text = await writeOperation(plan, asked, ctx()); c.push(performance.now() - t);
    B = [...pieces(text, 65536)].join(""); b.push(performance.now() - t);
  }
  console.log(name, A === B, A.length, "generic", med(a).toFixed(2), "ours", med(b).toFixed(2), "of which resolve", med(c).toFixed(2));
  if (A !== B) { const i = [...A].findIndex((ch, k) => ch !== B[k]); console.log(A.slice(i-80, i+80), "\n", B.slice(i-80, i+80)); }
}
await snap.close();
