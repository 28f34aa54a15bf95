/** Where the site is published, for the one page that cannot know how deep it is shown. */
export const publishedUrl = "https://countersign.github.io/countersign/";
