# One image for each part, from one build: docker build --target faults .
# The official gRPC and Dapr packages are the default; --build-arg OFFICIAL=false builds with standins/ instead.
ARG DOTNET=10.0

# Browser libraries that the pages carry, by the versions and hashes of package-lock.json.
FROM node:22-bookworm-slim AS browser
WORKDIR /source
COPY package.json package-lock.json ./
RUN npm install --no-save --no-audit --no-fund --loglevel=error

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET} AS build
ARG OFFICIAL=true
WORKDIR /source
COPY . .
COPY --from=browser /source/node_modules node_modules
RUN set -eu; \
    for project in services/Faults services/Refunds services/Parking services/Desk services/Web tools/PaymentGateway; do \
      dotnet publish "$project" -c Release -o "/out/$(basename "$project")" --nologo \
        -p:OfficialPackages=${OFFICIAL} -p:UseAppHost=false; \
    done

# 8080: events, health and metrics over HTTP/1.1; 8081: gRPC. Nothing runs as root, nothing is written to the image.
FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET} AS runtime
ENV MOBILITY_BIND=0.0.0.0 ASPNETCORE_HTTP_PORTS="" DOTNET_EnableDiagnostics=0
WORKDIR /app
USER $APP_UID

FROM runtime AS faults
COPY --from=build /out/Faults .
ENTRYPOINT ["dotnet", "Mobility.Faults.dll"]

FROM runtime AS refunds
COPY --from=build /out/Refunds .
ENTRYPOINT ["dotnet", "Mobility.Refunds.dll"]

FROM runtime AS parking
COPY --from=build /out/Parking .
ENTRYPOINT ["dotnet", "Mobility.Parking.dll"]

FROM runtime AS desk
COPY --from=build /out/Desk .
ENTRYPOINT ["dotnet", "Mobility.Desk.dll"]

FROM runtime AS web
COPY --from=build /out/Web .
ENTRYPOINT ["dotnet", "Mobility.Web.dll"]

# The simulator keeps its ledgers in /data: a volume that belongs to the image's user.
FROM runtime AS gateway
USER root
RUN mkdir /data && chown "$APP_UID" /data
USER $APP_UID
COPY --from=build /out/PaymentGateway .
ENTRYPOINT ["dotnet", "Mobility.PaymentGateway.dll"]
