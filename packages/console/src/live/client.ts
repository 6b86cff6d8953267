import { createClient } from '@dividend/sdk';

export const client = createClient({ url: location.origin });
