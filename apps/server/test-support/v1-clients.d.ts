/** The parts of two untyped clients of v1 that tests call. */

declare module "authy" {
  type Callback = (error: unknown, answer?: unknown) => void;
  interface Phones {
    verification_start(phoneNumber: string, countryCode: string, options: object, callback: Callback): void;
    verification_check(...given: unknown[]): void;
    verification_status(...given: unknown[]): void;
    info(...given: unknown[]): void;
  }
  export default function authy(apiKey: string, host: string): { phones(): Phones };
}

declare module "authy-client" {
  interface Phone {
    countryCode: string;
    phone: string;
  }
  export class Client {
    constructor(credentials: { key: string }, options: { host: string });
    startPhoneVerification(given: Phone & { via: string; locale?: string }): Promise<object>;
    verifyPhone(given: Phone & { token: string }): Promise<object>;
    getPhoneInformation(given: Phone): Promise<object>;
    getApplicationDetails(given?: { ip: string }): Promise<object>;
  }
}
