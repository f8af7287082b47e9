import type { Goal } from "../catalogue.js";

/** Words in the names of metrics that are lower, or higher, the better they are. */
const WORDS: Readonly<Record<Goal, readonly string[]>> = {
  minimize:
    "loss losses logloss error errors err perplexity ppl nll xent crossentropy rmse mse mae mape wer cer per ter fid kid bpb bpc bpd divergence regret brier ece".split(
      " ",
    ),
  maximize:
    "accuracy acc top1 top5 f1 auc auroc auprc precision recall iou miou dice bleu rouge meteor psnr ssim r2 mcc mrr ndcg reward return elbo likelihood".split(
      " ",
    ),
};

/** What a metric's name suggests of its goal; null where it suggests nothing, or both. */
export function guessGoal(name: string): Goal | null {
  const words = wordsOf(name);
  const [goal, ...others] = (["minimize", "maximize"] as const).filter((one) =>
    WORDS[one].some((word) => words.includes(word)),
  );
  return goal !== undefined && others.length === 0 ? goal : null;
}

/** `val/crossEntropy` → val, cross, entropy, valcross, crossentropy. */
function wordsOf(name: string): string[] {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== "");
  return [...words, ...words.slice(1).map((word, index) => `${words[index]}${word}`)];
}
