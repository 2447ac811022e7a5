DROP TABLE risk_alarm;
DROP TABLE risk_map;
DROP TABLE risk_run;
DROP TABLE risk_unit;
DROP VIEW risk_case;
