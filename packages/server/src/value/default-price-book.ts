import type { PriceBookRequest } from '@dividend/contracts/api';

const example = 'example rate, replace by yours';

/**
 * Prices until somebody sets a book. Rates of people are near what articles A0 and A1 reckon with, machine prices near
 * the list price of a small cloud machine; none of them is anybody's bill.
 */
export const defaultPriceBook: PriceBookRequest = {
  currency: 'USD',
  minorUnitDigits: 2,
  hourlyRates: {
    mlEngineer: { amount: '95.00', source: example },
    platformEngineer: { amount: '100.00', source: example },
    complianceOfficer: { amount: '85.00', source: example },
  },
  categoryRoles: {
    engineerTime: 'mlEngineer',
    incidentResponse: 'mlEngineer',
    complianceAudit: 'complianceOfficer',
    infrastructureConfiguration: 'platformEngineer',
    monitoringSetup: 'platformEngineer',
    documentation: 'mlEngineer',
  },
  resources: {
    cpuHour: { amount: '0.05', source: example },
    gpuHour: { amount: '2.50', source: example },
    gbMonth: { amount: '0.023', source: example },
  },
  minutesPerTouch: {
    minutes: 15,
    source: 'example: an action with what is read before it, replace by yours',
  },
  automation: {
    initialTooling: { amount: '20000.00', source: example },
    annualMaintenance: { amount: '12000.00', source: example },
  },
};
