/** The six categories in which article A0 splits the cost of a deployment. */
export const costCategories = [
  'engineerTime',
  'incidentResponse',
  'complianceAudit',
  'infrastructureConfiguration',
  'monitoringSetup',
  'documentation',
] as const;

export type CostCategory = (typeof costCategories)[number];

/** Published split of the cost of a manual deployment, percent, sums to 100. Source: article A0. Never a user's own figure. */
export const publishedManualSplitPercent: Readonly<Record<CostCategory, number>> = {
  engineerTime: 34,
  incidentResponse: 22,
  complianceAudit: 18,
  infrastructureConfiguration: 12,
  monitoringSetup: 8,
  documentation: 6,
};
