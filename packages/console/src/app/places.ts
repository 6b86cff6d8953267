import {
  Activity,
  BookCheck,
  Boxes,
  CircleDollarSign,
  FlaskConical,
  Gauge,
  type LucideIcon,
  MessageSquareText,
  Rocket,
  Server,
  Webhook,
  Workflow,
} from 'lucide-react';

export interface Place {
  readonly to:
    | '/'
    | '/experiments'
    | '/models'
    | '/prompts'
    | '/pipelines'
    | '/rollouts'
    | '/monitoring'
    | '/value'
    | '/ledger'
    | '/serving'
    | '/webhooks';
  readonly label: string;
  readonly icon: LucideIcon;
  /** Pressed after `g`. */
  readonly key: string;
}

export const places: readonly Place[] = [
  { to: '/', label: 'Overview', icon: Gauge, key: 'o' },
  { to: '/experiments', label: 'Experiments', icon: FlaskConical, key: 'e' },
  { to: '/models', label: 'Models', icon: Boxes, key: 'm' },
  { to: '/prompts', label: 'Prompts', icon: MessageSquareText, key: 'i' },
  { to: '/pipelines', label: 'Pipelines', icon: Workflow, key: 'p' },
  { to: '/rollouts', label: 'Rollouts', icon: Rocket, key: 'r' },
  { to: '/monitoring', label: 'Monitoring', icon: Activity, key: 'n' },
  { to: '/value', label: 'Value', icon: CircleDollarSign, key: 'v' },
  { to: '/ledger', label: 'Ledger', icon: BookCheck, key: 'l' },
  { to: '/serving', label: 'Serving', icon: Server, key: 's' },
  { to: '/webhooks', label: 'Webhooks', icon: Webhook, key: 'w' },
];
