import operations from "virtual:operations";
import { useState } from "preact/hooks";
import { sandboxServiceSid } from "../api.ts";
import { Tabs } from "../components/tabs.tsx";
import { Title } from "../components/title.tsx";
import type { Screen } from "../screens.ts";
import { useServices } from "../service-choices.ts";
import { ClockPanel } from "./clock-panel.tsx";
import { FaultsPanel } from "./faults-panel.tsx";
import { OperationForm } from "./operation-form.tsx";
import { WebhookPanel } from "./webhook-panel.tsx";

export const tryIt: Screen = {
  path: "/try-it",
  title: "Try it",
  modes: ["sandbox"],
  group: "Sandbox",
  letter: "t",
  component: TryIt,
};

const To = "+12025550123";

/** Calls by hand, and what only a sandbox can do. */
function TryIt() {
  const [serviceSid, setServiceSid] = useState(sandboxServiceSid);
  const services = useServices();
  const [start, check] = operations;
  return (
    <>
      <Title>Try it</Title>
      <div class="field service">
        <label for="service">Service</label>
        <select id="service" value={serviceSid} onChange={({ currentTarget }) => setServiceSid(currentTarget.value)}>
          {(services.length > 0 ? services : [[sandboxServiceSid, ""]]).map(([sid, name]) => (
            <option key={sid} value={sid}>
              {name} {sid}
            </option>
          ))}
        </select>
      </div>
      <Tabs
        label="Operations"
        tabs={[
          [
            "Start a verification",
            () =>
              start && (
                <OperationForm
                  key="start"
                  operation={start}
                  action="Start"
                  initial={{ To, Channel: "sms" }}
                  shown={["To", "Channel", "Locale"]}
                  serviceSid={serviceSid}
                />
              ),
          ],
          [
            "Check a code",
            () =>
              check && (
                <OperationForm
                  key="check"
                  operation={check}
                  action="Check"
                  initial={{ To, Code: "123456" }}
                  shown={["To", "Code", "VerificationSid"]}
                  serviceSid={serviceSid}
                />
              ),
          ],
        ]}
      />
      <ClockPanel />
      <FaultsPanel />
      <WebhookPanel />
    </>
  );
}
