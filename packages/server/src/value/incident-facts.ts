import type { Effort, IncidentFact } from '@dividend/core/value';
import { type FactOf, ofType } from './fact-types.ts';

/** Incidents with the deployment they hang on: firmly where a person said so, as a suspicion where monitoring did. */
export function toIncidentFacts(facts: readonly FactOf[]): IncidentFact[] {
  const resolutions = new Map(ofType(facts, 'incident.resolved').map((fact) => [fact.data.incidentId, fact]));
  return ofType(facts, 'incident.opened').map((opened) => {
    const { incidentId, model, cause, causeRolloutId, detectedBy } = opened.data;
    const resolved = resolutions.get(incidentId);
    const isByChange = cause === 'change' && causeRolloutId !== null;
    return {
      id: incidentId,
      model,
      causeKind: cause,
      causeLink: isByChange ? (detectedBy === 'person' ? 'confirmed' : 'suspected') : 'none',
      causeDeploymentId: isByChange ? causeRolloutId : null,
      startedAtMs: Date.parse(opened.data.startedAt),
      detectedAtMs: Date.parse(opened.data.detectedAt),
      restoredAtMs: resolved ? Date.parse(resolved.data.restoredAt) : null,
      response: resolved ? toResponse(resolved) : [],
      loss: null,
      entryIds: [opened.id, ...(resolved ? [resolved.id] : [])],
    };
  });
}

function toResponse({ id, data }: FactOf<'incident.resolved'>): Effort[] {
  if (data.humanSeconds === 0) return [];
  return [
    {
      category: 'incidentResponse',
      role: null,
      minutes: data.humanSeconds / 60,
      touches: 1,
      basis: 'estimated',
      entryIds: [id],
    },
  ];
}
