import { Status } from '../../ui/status.tsx';

/** Whether the files of a logged model are complete. */
export function LoggedModelStatus({ status }: { status: string }) {
  return <Status state={status === 'upload failed' ? 'failed' : status} label={status} />;
}
