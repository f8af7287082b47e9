import { describe, expect, test } from "vitest";
import {
  deberta,
  documentedCatalogue,
  documentedManifests,
  llama,
  matchManifest,
} from "../../schema/documented/index.js";

describe("the built-in manifests", () => {
  test.each(documentedManifests.map((manifest) => [manifest.name, manifest] as const))(
    "%s describes everything it names",
    (_, manifest) => {
      for (const note of Object.values(manifest.hyperparameters)) expect(note.description).toMatch(/\.$/);
      for (const note of Object.values(manifest.metrics)) expect(note.description).toMatch(/\.$/);
      for (const note of Object.values(manifest.metrics)) {
        if ((note.role ?? "metric") === "metric") expect(note.goal).toBeDefined();
        else expect(note.goal).toBeUndefined();
      }
      expect(matchManifest(new Set(manifest.requiredKeys))).toBe(manifest);
    },
  );

  test("are matched by all of their keys", () => {
    expect(matchManifest(new Set(llama.requiredKeys.slice(1)))).toBeNull();
  });

  test("make the catalogue of the Llama family", () => {
    const { hyperparameters, curveFields, datasets } = documentedCatalogue(llama);
    expect(datasets).toEqual([]);
    expect(hyperparameters.map(({ name }) => name)).toEqual([
      "beta1",
      "beta2",
      "dataSeed",
      "dropout",
      "lr",
      "nEmbd",
      "nHead",
      "nLayer",
      "seed",
      "sequenceLength",
      "totalSteps",
      "warmupSteps",
      "weightDecay",
      "wsdFractDecay",
    ]);
    expect(hyperparameters.map(({ column }) => column)).toEqual(
      hyperparameters.map((__, index) => `h${index}`),
    );
    const byName = new Map(curveFields.map((field) => [field.name, field]));
    expect(byName.get("step")?.role).toBe("axis");
    expect(byName.get("lr")).toMatchObject({ role: "schedule", goal: null });
    expect(byName.get("valRawLoss")).toMatchObject({
      role: "metric",
      goal: "minimize",
      enumValue: "VAL_RAW_LOSS",
    });
    expect(byName.get("testWeightAveragedAccuracy")).toMatchObject({ goal: "maximize", unit: "fraction" });
    expect(curveFields).toHaveLength(14);
  });

  test("name DeBERTa's unlabelled accuracies", () => {
    expect(documentedCatalogue(deberta).curveFields.map(({ enumValue }) => enumValue)).toEqual([
      "MATCHED_ACCURACY",
      "MISMATCHED_ACCURACY",
      "STEP",
    ]);
  });
});
