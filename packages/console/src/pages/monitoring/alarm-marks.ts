import type { Alarm } from '@dividend/contracts/api';
import type { Mark } from '../../charts/chart-data.ts';
import type { Slot } from '../../charts/window-axis.ts';

/** The alarms on one subject, each at the window in which it was raised; those of windows no longer shown are left out. */
export function toAlarmMarks(slots: readonly Slot[], alarms: readonly Alarm[], subject: string): Mark[] {
  return alarms
    .filter((alarm) => alarm.subject === subject)
    .flatMap(({ windowStart, state }): Mark[] => {
      const x = slots.indexOf(windowStart);
      return x < 0
        ? []
        : [{ x, label: state === 'raised' ? 'alarm: raised, and still is' : 'alarm: raised', color: 'bad' }];
    });
}
