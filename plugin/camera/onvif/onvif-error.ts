/** Why a request to a camera did not give what it should. */
export type OnvifFailure =
  /** No connection, or it broke. */
  | 'unreachable'
  /** It took the request, and never answered. */
  | 'silent'
  /** What answers there does not speak SOAP. */
  | 'not-onvif'
  /** User or password refused. */
  | 'refused'
  /** The camera understood, and said no. */
  | 'fault'
  /** The service, or the operation, does not exist there. */
  | 'unsupported';

/** An error of one request; `message` is for the log and holds no secret. */
export class OnvifError extends Error {
  readonly kind: OnvifFailure;

  constructor(kind: OnvifFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OnvifError';
    this.kind = kind;
  }
}
