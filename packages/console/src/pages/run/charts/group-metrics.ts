const systemPrefix = 'system/';

export function isSystemMetric(key: string): boolean {
  return key.startsWith(systemPrefix);
}
