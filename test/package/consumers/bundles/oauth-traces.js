/** What the code of the token provider cannot do without, however it is minified. */
export const OAUTH_TRACES = /oauth|grant_type|client_?(id|secret|credentials)|assertion|expires_in|access_token/gi;
