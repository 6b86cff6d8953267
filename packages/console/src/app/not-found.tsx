import { Link } from '@tanstack/react-router';
import { Empty, Page } from '../ui/card.tsx';

export function NotFound() {
  return (
    <Page title="Nothing here">
      <Empty>
        This address leads nowhere.{' '}
        <Link to="/" className="text-accent underline">
          Go to the overview
        </Link>
      </Empty>
    </Page>
  );
}
