import { Title } from "./components/title.tsx";

export function Login() {
  return <Title>Log in</Title>;
}
