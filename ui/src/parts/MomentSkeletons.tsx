/** The shape of a list that is on its way. */
export function MomentSkeletons({ count }: { count: number }) {
  return (
    <ul class="moments" aria-busy="true">
      {Array.from({ length: count }, (_, index) => (
        <li key={index} class="row">
          <span class="sign skeleton" />
          <span class="row-text">
            <span class="skeleton skeleton-line" />
            <span class="skeleton skeleton-line skeleton-short" />
          </span>
          <span class="thumb skeleton" />
        </li>
      ))}
    </ul>
  );
}
