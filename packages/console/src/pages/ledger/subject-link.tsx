import { Link } from '@tanstack/react-router';
import { shortId } from '../../ui/format.ts';

/** What an entry is about, as a way to its page where it has one. */
export function SubjectLink({ subject }: { subject: string }) {
  const slash = subject.indexOf('/');
  const [kind, name] = slash < 0 ? [subject, ''] : [subject.slice(0, slash), subject.slice(slash + 1)];
  const shown = (
    <span className="whitespace-nowrap" title={subject}>
      <span className="text-faint">{kind}</span> {shortId(name)}
    </span>
  );
  const look = 'text-muted hover:text-accent';
  if (kind === 'rollout')
    return (
      <Link to="/rollouts/$id" params={{ id: name }} className={look}>
        {shown}
      </Link>
    );
  if (kind === 'pipeline')
    return (
      <Link to="/pipelines/$id" params={{ id: name }} className={look}>
        {shown}
      </Link>
    );
  if (kind === 'model' && name !== '') {
    const [model = name, version] = name.split('/');
    return version === undefined ? (
      <Link to="/models/$model" params={{ model }} className={look}>
        {shown}
      </Link>
    ) : (
      <Link to="/models/$model/versions/$version" params={{ model, version }} className={look}>
        {shown}
      </Link>
    );
  }
  if (kind === 'run')
    return (
      <Link to="/runs/$runId" params={{ runId: name }} className={look}>
        {shown}
      </Link>
    );
  if (kind === 'endpoint')
    return (
      <Link to="/monitoring/$endpoint" params={{ endpoint: name }} className={look}>
        {shown}
      </Link>
    );
  return <span className="text-muted">{shown}</span>;
}
