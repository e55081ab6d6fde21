import { EvaltuiError } from './errors.ts';
import { flatReport } from './final-report.ts';
import type { JsonObject, JsonValue } from './json.ts';

/** `--fail-under metric=value`: the run fails when the metric is below the value. */
export interface Gate {
  /** A number of the report; one inside an object is named with dots: `groups.europe.accuracy`. */
  readonly metric: string;
  readonly least: number;
}

export interface GateResult extends Gate {
  /** Null when the report has no such number. */
  readonly actual: number | null;
  readonly held: boolean;
  /** One line for people: what was asked, what came, and for an unknown metric what there is. */
  readonly message: string;
}

/** Metrics that are shares: a bound above 1 can never hold and is surely meant as a percentage. */
const SHARE = /(?:^|\.)(?:accuracy|pass@\d+)$/;

/** Rounding in a mean must not fail a gate that holds on paper. */
const ROUNDING = 1e-12;

/** Metrics that a message lists. */
const MAX_LISTED = 20;

/**
 * Reads one value of `--fail-under`.
 * @throws `bad-option` when it is not `metric=number`, or asks for a share above 1
 */
export function parseGate(given: string): Gate {
  const equals = given.lastIndexOf('=');
  const metric = given.slice(0, Math.max(0, equals)).trim();
  const value = given.slice(equals + 1).trim();
  const least = value === '' ? Number.NaN : Number(value);
  if (metric === '' || !Number.isFinite(least)) {
    throw badGate(given, 'give a metric and a number, for example --fail-under accuracy=0.8');
  }
  if (SHARE.test(metric) && least > 1) {
    const hint = least <= 100 ? `; for ${least} % write ${metric}=${least / 100}` : '';
    throw badGate(given, `${metric} is a share from 0 to 1${hint}`);
  }
  return { metric, least };
}

function badGate(given: string, why: string): EvaltuiError {
  return new EvaltuiError('bad-option', `--fail-under "${given}": ${why}`, { details: { given } });
}

/** Whether a report reaches every gate. A metric that is missing or null does not hold: nothing shows that it does. */
export function checkGates(gates: readonly Gate[], report: JsonObject): readonly GateResult[] {
  if (gates.length === 0) return [];
  const metrics = new Map([...listMetrics(flatReport(report), ''), ...listMetrics(report, '')]);
  return gates.map((gate) => checkGate(gate, metrics));
}

function checkGate(gate: Gate, metrics: ReadonlyMap<string, number | null>): GateResult {
  const { metric, least } = gate;
  const actual = metrics.get(metric);
  if (actual === undefined) {
    const message = `no ${metric} in the report, so ${metric}=${least} is not held; it has ${listed([...metrics.keys()])}`;
    return { ...gate, actual: null, held: false, message };
  }
  if (actual === null) {
    const message = `${metric} is not known, so ${metric}=${least} is not held: nothing was scored for it`;
    return { ...gate, actual, held: false, message };
  }
  const held = actual >= least - ROUNDING;
  return {
    ...gate,
    actual,
    held,
    message: `${metric} is ${actual}, ${held ? 'at least' : 'below'} ${least}`,
  };
}

/** Numbers of a report by their dotted name, those that are null included. */
function* listMetrics(report: JsonObject, prefix: string): Generator<readonly [string, number | null]> {
  for (const [key, value] of Object.entries(report)) {
    if (typeof value === 'number' || value === null) yield [`${prefix}${key}`, value];
    else if (isObject(value)) yield* listMetrics(value, `${prefix}${key}.`);
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'no numbers';
  const shown = names.slice(0, MAX_LISTED).join(', ');
  return names.length > MAX_LISTED ? `${shown} and ${names.length - MAX_LISTED} more` : shown;
}
