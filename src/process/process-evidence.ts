import type { JsonObject } from '../core/json.ts';
import { readProcessFacts } from './process-facts.ts';

/**
 * What the system tells of a process, to be kept as evidence before it is ended; undefined when it is gone. Of its
 * children only the pids: command lines may hold keys.
 */
export function processEvidence(pid: number): JsonObject | undefined {
  const facts = readProcessFacts(pid);
  if (facts === undefined) return undefined;
  const threads = facts.threads.map((thread) => ({ ...thread }));
  return { processState: facts.state, threads, children: facts.children.map((child) => child.pid) };
}
