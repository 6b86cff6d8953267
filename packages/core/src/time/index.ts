export { toCalendarTime } from './calendar-time.ts';
