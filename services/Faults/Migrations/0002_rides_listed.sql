-- ListRides: latest start first, of a client, of a rider, of a vehicle.
CREATE INDEX rides_latest ON rides (client_id, start_time DESC, id DESC);
CREATE INDEX rides_latest_of_rider ON rides (client_id, rider_id, start_time DESC, id DESC);
CREATE INDEX rides_latest_of_vehicle ON rides (client_id, vehicle_id, start_time DESC, id DESC);
